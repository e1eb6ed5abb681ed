package io.raftboot.spring.typed;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A state machine whose commands and questions are records. The application extends it, says in the constructor who handles what, and
 * makes it a bean. All handlers run on one thread, the apply thread, and never at the same time; what {@link StateMachine} says of
 * determinism holds for them, for the order in the collections they give too.
 *
 * <ul>
 *   <li>A handler that throws {@link CommandRejected} refuses the command. Its caller gets that, the same on every server.
 *   <li>Bytes that are no command, or do not fit the record of their type, are refused likewise, and no handler sees them.
 *   <li>A command whose type, version or component this version of the application does not know stops the server: a newer version
 *       has sent it, which has to be started here.
 *   <li>Any other exception of a command's handler stops the server, because the others cannot be assumed to have failed alike. That
 *       of a question goes to the one who asked.
 * </ul>
 *
 * <p>No proxy can stand in front of it: no aspects, no {@code @Transactional}.
 *
 * <p>What was ever registered stays readable: a version that is not submitted any more keeps its record and handler until {@link #retire}.
 * A server whose data directory was used with other types refuses to start, with {@link IncompatibleCommandTypes}.
 *
 * @param <S> the state as it is in a snapshot: a record or a collection, immutable, that Jackson reads and writes. One that gets a new
 *     component has to make it {@link java.util.Optional}, for the sake of older snapshots
 */
public abstract class TypedStateMachine<S> implements StateMachine {

    private final RecordTypes commandTypes = new RecordTypes(RaftCommand.class);
    private final RecordTypes queryTypes = new RecordTypes(RaftQuery.class);
    private final Map<Class<?>, BiFunction<CommandContext, Object, @Nullable Object>> commandHandlers = new HashMap<>();
    private final Map<Class<?>, Function<Object, @Nullable Object>> queryHandlers = new HashMap<>();
    private final Set<TypeName> retired = new TreeSet<>();
    private final TypedCodec codec = new TypedCodec(commandTypes, queryTypes);
    private final StateJson<S> stateJson = StateJson.of(getClass());
    private boolean isComplete;

    /** Registers nothing. @throws IllegalArgumentException if the class does not say what {@code S} is */
    protected TypedStateMachine() {}

    /**
     * From now on commands of this type are applied so. For the constructor.
     *
     * @param type a record; or a sealed interface of records that all give the same
     * @param handler changes the state and says what the caller gets, never null unless that is {@code Void}
     * @throws IllegalArgumentException if it is something else, or its name and version are taken
     */
    protected final <R, C extends RaftCommand<R>> void on(
            Class<C> type, BiFunction<CommandContext, ? super C, ? extends R> handler) {
        requireIncomplete();
        RecordTypes.records(type).forEach(record -> {
            commandTypes.add(record);
            requireNotRetired(TypeName.of(record));
            commandHandlers.put(record, (context, command) -> handler.apply(context, type.cast(command)));
        });
    }

    /**
     * From now on questions of this type are answered so. For the constructor.
     *
     * @param type a record; or a sealed interface of records that all give the same
     * @param handler looks at the state, which it does not change; never gives null unless that is {@code Void}
     * @throws IllegalArgumentException if it is something else, or its name and version are taken
     */
    protected final <R, Q extends RaftQuery<R>> void answer(Class<Q> type, Function<? super Q, ? extends R> handler) {
        requireIncomplete();
        RecordTypes.records(type).forEach(record -> {
            queryTypes.add(record);
            queryHandlers.put(record, query -> handler.apply(type.cast(query)));
        });
    }

    /**
     * Promises that no log holds a command of this type any more: every server has taken a snapshot since the last one was applied, and
     * will be started without needing an older one. For the constructor.
     *
     * @throws IllegalArgumentException if it is registered
     */
    protected final void retire(String name, int version) {
        requireIncomplete();
        TypeName type = new TypeName(name, version);
        retired.add(type);
        if (commandTypes.find(type).isPresent()) {
            requireNotRetired(type);
        }
    }

    private void requireNotRetired(TypeName type) {
        if (retired.contains(type)) {
            throw new IllegalArgumentException("the command type " + type + " is retired, and has a handler too");
        }
    }

    private void requireIncomplete() {
        if (isComplete) {
            throw new IllegalStateException("types are registered in the constructor, before the first use");
        }
    }

    /**
     * The state as it is now, cheaply: it is written later and on another thread, while commands go on being applied. In the same order on
     * every server, so that one can go on with a snapshot where another one broke off.
     */
    protected abstract S capture();

    /** Replaces the state by one that was {@linkplain #capture captured}. */
    protected abstract void restore(S state);

    /** The way of its commands and questions to bytes and back. No types can be registered any more. */
    public final TypedCodec codec() {
        isComplete = true;
        return codec;
    }

    /** The commands it knows, to be compared with those in its log. No types can be registered any more. */
    public final CommandTypes commandTypes() {
        isComplete = true;
        return CommandTypes.of(commandTypes.all().map(RecordType::record), retired);
    }

    @Override
    public final byte[] apply(CommandContext context, byte[] command) {
        Received received = codec().receiveCommand(command);
        if (received instanceof Received.Known known) {
            return reply(known, () -> handler(commandHandlers, known).apply(context, known.value()));
        }
        if (received instanceof Received.Unreadable unreadable) {
            return Replies.unreadable(unreadable.reason());
        }
        throw new NewerCommand(((Received.Newer) received).what(), context.index());
    }

    @Override
    public final byte[] query(byte[] query) {
        Received received = codec().receiveQuery(query);
        if (received instanceof Received.Known known) {
            return reply(known, () -> handler(queryHandlers, known).apply(known.value()));
        }
        if (received instanceof Received.Unreadable unreadable) {
            return Replies.unreadable(unreadable.reason());
        }
        return Replies.unreadable("this server does not know " + ((Received.Newer) received).what());
    }

    private static <H> H handler(Map<Class<?>, H> handlers, Received.Known known) {
        H handler = handlers.get(known.type().record());
        if (handler == null) {
            throw new IllegalStateException(
                    "there is no handler for " + known.type().name());
        }
        return handler;
    }

    private static byte[] reply(Received.Known known, Supplier<@Nullable Object> handler) {
        try {
            return Replies.ok(known.type(), handler.get());
        } catch (CommandRejected refusal) {
            return Replies.rejected(String.valueOf(refusal.getMessage()));
        }
    }

    /** Writes the {@linkplain #capture captured} state as JSON. For a state that is too much for that: override this and the next. */
    @Override
    public SnapshotWriter snapshot() {
        S captured = capture();
        return out -> stateJson.write(captured, out);
    }

    /** Reads what {@link #snapshot()} wrote. @throws IOException if it does not fit the type of the state; the server stops */
    @Override
    public void restore(InputStream snapshot) throws IOException {
        restore(stateJson.read(snapshot));
    }
}
