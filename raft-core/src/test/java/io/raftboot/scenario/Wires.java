package io.raftboot.scenario;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The commands about messages and the links they take. */
final class Wires {

    private final Stage stage;

    Wires(Stage stage) {
        this.stage = stage;
    }

    void register(Map<String, Consumer<Words>> commands) {
        commands.put("deliver", this::deliver);
        commands.put("drop", this::drop);
        commands.put("stabilize", this::stabilize);
        commands.put("cut", this::cut);
        commands.put("isolate", this::isolate);
        commands.put("heal", this::heal);
    }

    /** {@code deliver n1->n2 AppendEntries}: what is on these links now, of that kind or of any; not the answers to it. */
    private void deliver(Words words) {
        onThe(
                words,
                messages -> messages.forEach(message -> {
                    if (!stage.deliverNext(message::equals)) {
                        throw new IllegalArgumentException(message.to() + " waits for its disk");
                    }
                }));
    }

    /** {@code drop n1->n2 AppendEntries}: what is on these links now, of that kind or of any, is lost. */
    private void drop(Words words) {
        onThe(words, messages -> stage.drop(messages::contains));
    }

    private void onThe(Words words, Consumer<List<Message>> wire) {
        Link link = Link.parse(words.next("a link"));
        Optional<String> kind = words.isEmpty() ? Optional.empty() : Optional.of(words.next("a kind of message"));
        List<Message> messages = stage.onTheWire().stream()
                .filter(link::carries)
                .filter(message -> kind.map(Text.kind(message)::equals).orElse(true))
                .toList();
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("there is no such message");
        }
        wire.accept(messages);
    }

    /** {@code stabilize n1 n2}: everything between these servers, or between all, is delivered until nothing is left. */
    private void stabilize(Words words) {
        Set<NodeId> ids = new TreeSet<>(words.rest().stream().map(NodeId::of).toList());
        Predicate<Message> isBetween =
                message -> ids.isEmpty() || (ids.contains(message.from()) && ids.contains(message.to()));
        stage.stabilize(isBetween);
    }

    /** {@code cut n1->n2}: from now on, what arrives there is lost. */
    private void cut(Words words) {
        Link link = Link.parse(words.next("a link"));
        for (NodeId from : stage.all()) {
            for (NodeId to : stage.all()) {
                if (link.from().orElse(from).equals(from)
                        && link.to().orElse(to).equals(to)) {
                    stage.cut(from, to);
                }
            }
        }
    }

    /** {@code isolate n1 n2}: nothing gets from these servers to the others, or back. */
    private void isolate(Words words) {
        Set<NodeId> inside =
                new TreeSet<>(words.several("a server").stream().map(NodeId::of).toList());
        for (NodeId id : inside) {
            stage.all().stream().filter(other -> !inside.contains(other)).forEach(other -> {
                stage.cut(id, other);
                stage.cut(other, id);
            });
        }
    }

    /** {@code heal}: every link works again. */
    private void heal(Words words) {
        stage.heal();
    }
}
