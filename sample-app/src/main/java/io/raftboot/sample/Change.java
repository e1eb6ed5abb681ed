package io.raftboot.sample;

import io.raftboot.model.AppliedCommand;
import io.raftboot.sample.CommandResult.Deleted;
import java.util.Optional;

/** A change of one key, as it is told to those who watch. A refused command is none. */
sealed interface Change {

    /** The key that has changed. */
    String key();

    /** The log index of the command that changed it. */
    long revision();

    /** The name of the event. */
    String name();

    /** What its JSON is made of. */
    Object content();

    /** The key has this value now. */
    record Put(Entry entry) implements Change {

        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.revision();
        }

        @Override
        public String name() {
            return "put";
        }

        @Override
        public Object content() {
            return entry;
        }
    }

    /** The key is gone. */
    record Delete(String key, long revision) implements Change {

        @Override
        public String name() {
            return "delete";
        }

        @Override
        public Object content() {
            return this;
        }
    }

    /** What a command has changed, if it has. */
    static Optional<Change> of(AppliedCommand applied, CommandCodec codec) {
        Command command = codec.command(applied.command());
        CommandResult result = codec.result(applied.result());
        if (result instanceof Deleted) {
            return Optional.of(new Delete(command.key(), applied.index()));
        }
        return command.written(result, applied.index()).map(Put::new);
    }
}
