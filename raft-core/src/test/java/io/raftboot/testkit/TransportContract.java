package io.raftboot.testkit;

import static io.raftboot.testkit.ModelDisk.N1;
import static io.raftboot.testkit.ModelDisk.N2;
import static io.raftboot.testkit.ModelDisk.N3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Transport} does between three servers, which are called like the ones of {@link ModelDisk}. Extend it and say
 * what connects them; the servers that a test does not start are not there.
 *
 * <p>A transport may lose and repeat messages, so a test that waits for one sends it again and again. Waiting ends after a time
 * limit that is far beyond what a working network needs.
 */
@Timeout(120)
public abstract class TransportContract {

    /** More than a transport has room for, so that it has to drop some. */
    private static final int MANY = 2000;

    private final Map<NodeId, Transport> started = new TreeMap<>();
    private long lastRound;

    /** For subclasses. */
    protected TransportContract() {
        // Nothing is started yet.
    }

    /** The transport of this server, not started; the same one at each call in a test. */
    protected abstract Transport transport(NodeId server);

    /** Where this server is reached, whether it is started or not. */
    protected abstract Member member(NodeId server);

    /** Ends what the test has started; a subclass that needs more than that has an {@code @AfterEach} of its own. */
    @AfterEach
    void stopAll() {
        started.values().forEach(Transport::stop);
    }

    @Test
    void everyKindOfMessageArrivesAsItWasSent() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2);
        FakeReceiver n2 = start(N2, N1, N2);
        for (Message.Request request : SampleMessages.requests(N1.id(), N2.id())) {
            for (Message.Reply reply : SampleMessages.replies(request)) {
                n2.answer(answer -> transport(N2.id()).send(reply));
                assertThat(n1.awaitWhile(() -> transport(N1.id()).send(request)))
                        .isEqualTo(reply);
                assertThat(n2.messages).isNotEmpty().containsOnly(request);
                n1.forget();
                n2.forget();
            }
        }
    }

    @Test
    void everyKindOfMessageIsAmongThose() {
        List<Message.Request> requests = SampleMessages.requests(N1.id(), N2.id());
        assertThat(requests.stream().map(Object::getClass)).contains(Message.Request.class.getPermittedSubclasses());
        assertThat(requests.stream()
                        .flatMap(request -> SampleMessages.replies(request).stream())
                        .map(Object::getClass))
                .contains(Message.Reply.class.getPermittedSubclasses());
        assertThat(SampleMessages.entries().stream().map(Object::getClass))
                .contains(LogEntry.class.getPermittedSubclasses());
    }

    @Test
    void aReplyMayComeFromAnotherThreadThanTheRequest() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2);
        FakeReceiver n2 = start(N2, N1, N2);
        Message.Request request = ask(N1, N2);
        n2.answer(nothing -> {});
        transport(N1.id()).send(request);
        assertThat(n2.next()).isEqualTo(request);

        transport(N2.id()).send(SampleMessages.reply(request));

        assertThat(n1.next()).isEqualTo(SampleMessages.reply(request));
    }

    @Test
    void whoIsNotInTheConfigurationIsNotSpokenTo() throws Exception {
        FakeReceiver n1 = start(N1);
        FakeReceiver n2 = start(N2, N1, N2, N3);
        transport(N1.id()).send(ask(N1, N2));
        connect(N1, N1, N3);
        transport(N1.id()).send(ask(N1, N2));
        connect(N1, N1, N2);
        Message.Request last = exchange(N1, n1, N2);
        connect(N1, N1);
        transport(N1.id()).send(ask(N1, N2));
        connect(N1, N1, N2);
        exchange(N1, n1, N2);

        assertThat(n2.messages).startsWith(last).allMatch(message -> message.round() != last.round() + 1);
    }

    @Test
    void aReplyReachesTheServerThatAskedWhoeverIsInTheConfiguration() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2);
        start(N2);
        exchange(N1, n1, N2);
        connect(N2, N2, N3);
        exchange(N1, n1, N2);
    }

    @Test
    void whoIsNotThereIsReportedAndMayComeLater() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2, N3);
        assertThat(n1.awaitUnreachableWhile(() -> transport(N1.id()).send(ask(N1, N2))))
                .isEqualTo(N2.id());
        assertThat(n1.messages).isEmpty();

        start(N2, N1, N2, N3);
        exchange(N1, n1, N2);
    }

    @Test
    void aReplyToSomebodyWhoIsNotThereIsLostAndNothingElse() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2, N3);
        start(N3, N1, N2, N3);
        transport(N1.id()).send(SampleMessages.reply(ask(N2, N1)));
        exchange(N1, n1, N3);

        assertThat(n1.unreachable).isEmpty();
    }

    @Test
    void aServerThatHasStoppedHearsNothingUntilItIsStartedAgain() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2);
        FakeReceiver before = start(N2, N1, N2);
        exchange(N1, n1, N2);
        before.forget();
        transport(N2.id()).stop();
        transport(N2.id()).stop();

        assertThat(n1.awaitUnreachableWhile(() -> transport(N1.id()).send(ask(N1, N2))))
                .isEqualTo(N2.id());
        FakeReceiver after = start(N2, N1, N2);
        exchange(N1, n1, N2);
        exchange(N2, after, N1);
        assertThat(before.messages).isEmpty();
    }

    @Test
    void aServerThatHasStoppedSaysNothingUntilItIsStartedAgain() throws Exception {
        FakeReceiver before = start(N1, N1, N2);
        FakeReceiver n2 = start(N2, N1, N2);
        exchange(N1, before, N2);
        n2.forget();
        transport(N1.id()).stop();
        Message.Request unsaid = ask(N1, N2);
        transport(N1.id()).send(unsaid);
        before.forget();

        FakeReceiver after = start(N1, N1, N2);
        exchange(N1, after, N2);
        assertThat(n2.messages).doesNotContain(unsaid);
        assertThat(before.messages).isEmpty();
    }

    @Test
    void aReceiverThatRefusesAMessageIsReportedAndMayTakeTheNext() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2);
        FakeReceiver n2 = start(N2, N1, N2);
        n2.refuse(true);
        assertThat(n1.awaitUnreachableWhile(() -> transport(N1.id()).send(ask(N1, N2))))
                .isEqualTo(N2.id());
        assertThat(n1.messages).isEmpty();

        n2.refuse(false);
        exchange(N1, n1, N2);
    }

    @Test
    void aServerThatDoesNotAnswerHoldsUpNeitherTheSenderNorTheOthers() throws Exception {
        FakeReceiver n1 = start(N1, N1, N2, N3);
        start(N2, N1, N2, N3).answer(nothing -> {});
        start(N3, N1, N2, N3);
        for (int i = 0; i < MANY; i++) {
            transport(N1.id()).send(ask(N1, N2));
        }
        exchange(N1, n1, N3);
    }

    @Test
    void aSnapshotIsFoundWhereItIsAndComesInPieces() throws Exception {
        start(N1, N1, N2, N3);
        FakeReceiver n2 = start(N2, N1, N2, N3);
        start(N3, N1, N2, N3);
        byte[] content = new byte[200_000];
        Arrays.fill(content, (byte) 7);
        Snapshot snapshot =
                n2.snapshots().write(new SnapshotMetadata(9, 5, ModelDisk.THREE), out -> out.write(content));

        assertThat(holdersAsSeenByN1(snapshot)).containsExactly(N2.id());
        assertThat(transport(N1.id()).fetch(N2.id(), snapshot, 0, 1000))
                .isEqualTo(n2.snapshots().read(snapshot, 0, 1000));
        assertThat(transport(N1.id()).fetch(N2.id(), snapshot, 150_000, 1 << 20))
                .isEqualTo(n2.snapshots().read(snapshot, 150_000, 1 << 20));
    }

    @Test
    void aSnapshotThatIsNotThereIsNotFetched() throws Exception {
        start(N1, N1, N2, N3);
        start(N2, N1, N2, N3);

        assertThat(transport(N1.id()).holders(SampleMessages.snapshot())).isEmpty();
        assertThatThrownBy(() -> transport(N1.id()).fetch(N2.id(), SampleMessages.snapshot(), 0, 10))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> transport(N1.id()).fetch(N3.id(), SampleMessages.snapshot(), 0, 10))
                .isInstanceOf(IOException.class);
    }

    /** Servers that have just started may have to make each other's acquaintance first. */
    private List<NodeId> holdersAsSeenByN1(Snapshot snapshot) {
        List<NodeId> holders = List.of();
        for (int i = 0; i < 3 && holders.isEmpty(); i++) {
            holders = transport(N1.id()).holders(snapshot);
        }
        return holders;
    }

    @Test
    void nothingIsMadeUp() throws Exception {
        Set<Message> sent = ConcurrentHashMap.newKeySet();
        List<Member> servers = List.of(N1, N2, N3);
        List<FakeReceiver> receivers = new ArrayList<>();
        for (Member server : servers) {
            FakeReceiver receiver = start(server, N1, N2, N3);
            receiver.answer(request -> {
                Message.Reply reply = SampleMessages.reply(request);
                sent.add(reply);
                transport(server.id()).send(reply);
            });
            receivers.add(receiver);
        }
        for (int i = 0; i < MANY / 10; i++) {
            Member from = servers.get(i % 3);
            Member to = servers.get((i + 1 + i / 3 % 2) % 3);
            Message.Request request = ask(from, to);
            sent.add(request);
            transport(from.id()).send(request);
        }
        for (FakeReceiver receiver : receivers) {
            receiver.next();
        }
        started.values().forEach(Transport::stop);

        for (int i = 0; i < 3; i++) {
            NodeId server = servers.get(i).id();
            assertThat(receivers.get(i).messages)
                    .allMatch(message -> message.to().equals(server))
                    .allMatch(sent::contains);
        }
    }

    // ---- how it is done

    private FakeReceiver start(Member server, Member... known) {
        NodeId id = server.id();
        FakeReceiver receiver = new FakeReceiver();
        receiver.answer(request -> transport(id).send(SampleMessages.reply(request)));
        transport(id).start(new Identity("cluster-1", "default", id, "first-" + id), receiver);
        started.put(id, transport(id));
        if (known.length > 0) {
            connect(server, known);
        }
        return receiver;
    }

    private void connect(Member server, Member... known) {
        Collection<Member> members =
                Stream.of(known).map(other -> member(other.id())).toList();
        transport(server.id()).connect(KnownMembers.bootstrap(Configuration.ofVoters(members)));
    }

    private Message.Request ask(Member from, Member to) {
        return SampleMessages.heartbeat(from.id(), to.id(), ++lastRound);
    }

    /** Asks until there is an answer. @return the question that was answered */
    private Message.Request exchange(Member from, FakeReceiver receiver, Member to) throws InterruptedException {
        receiver.forget();
        Message.Request request = ask(from, to);
        Message answer = receiver.awaitWhile(() -> transport(from.id()).send(request));
        assertThat(answer).isEqualTo(SampleMessages.reply(request));
        return request;
    }
}
