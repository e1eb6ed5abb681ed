package io.raftboot.spring.http;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.Administration;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.core.StandardContext;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

/** A server with a transport and a web server, and nothing behind them. */
final class TestNode implements AutoCloseable {

    static final String SECRET = "a secret of the cluster";
    static final int MAX_BODY = 64 << 10;
    static final int MAX_COMMAND = 4096;
    static final int MAX_PENDING = 1024;
    static final long MAX_PENDING_BYTES = 64L << 20;
    static final int MAX_THREADS = 8;

    Identity identity;
    MemoryIncarnations incarnations;
    HttpTransport transport;
    final FakeReceiver receiver = new FakeReceiver();
    final FakeOperations operations = new FakeOperations();
    /** Of all calls so far. */
    final List<String> paths = new CopyOnWriteArrayList<>();

    volatile Administration administration = call -> new AdminAnswer(200, "{}");
    volatile boolean leads;
    private final PeerHttpSettings settings;
    private final Optional<TlsCredentials> tls;
    private final WebServer server;
    private volatile HttpServlet process;

    private TestNode(Identity identity, PeerHttpSettings settings, MemoryIncarnations incarnations, boolean async) {
        this(identity, settings, incarnations, async, Optional.empty());
    }

    private TestNode(
            Identity identity,
            PeerHttpSettings settings,
            MemoryIncarnations incarnations,
            boolean async,
            Optional<TlsCredentials> tls) {
        this.settings = settings;
        this.tls = tls;
        begin(identity, incarnations);
        server = serve(async);
        receiver.onRequest = request -> transport.send(FakeReceiver.replyTo(request));
    }

    private void begin(Identity who, MemoryIncarnations known) {
        identity = who;
        incarnations = known;
        transport = new HttpTransport(settings, known, tls);
        process = new PeerRpcServlet(transport, operations, () -> leads, call -> administration.carryOut(call));
    }

    /** Ends the process and begins another one at the same address, with what was on disk. */
    void restart() {
        restart(identity, incarnations);
    }

    /** The same after its disk was wiped. */
    void restartWiped() {
        restart(identity(id().value(), "second"), new MemoryIncarnations());
    }

    /** Begins another process with what was on disk, whose transport somebody else starts. */
    void renew() {
        begin(identity, incarnations);
    }

    /** The same after its disk was wiped. */
    void renewWiped() {
        begin(identity(id().value(), "second"), new MemoryIncarnations());
    }

    private void restart(Identity who, MemoryIncarnations known) {
        transport.stop();
        begin(who, known);
        start();
    }

    static TestNode of(String id) {
        return of(id, settings(Optional.of(SECRET)));
    }

    static TestNode of(String id, PeerHttpSettings settings) {
        return of(identity(id, "first"), settings, new MemoryIncarnations());
    }

    static TestNode of(Identity identity, PeerHttpSettings settings, MemoryIncarnations incarnations) {
        TestNode node = new TestNode(identity, settings, incarnations, true);
        node.start();
        return node;
    }

    /** One that knows callers by their certificates. */
    static TestNode certifying(String id, PeerHttpSettings settings, TlsCredentials tls) {
        TestNode node = new TestNode(identity(id, "first"), settings, new MemoryIncarnations(), true, Optional.of(tls));
        node.start();
        return node;
    }

    /** One whose web server is there before its transport is started. */
    static TestNode notStarted(String id) {
        return new TestNode(identity(id, "first"), settings(Optional.of(SECRET)), new MemoryIncarnations(), true);
    }

    static TestNode withoutAsync(String id) {
        TestNode node =
                new TestNode(identity(id, "first"), settings(Optional.of(SECRET)), new MemoryIncarnations(), false);
        node.start();
        return node;
    }

    static Identity identity(String id, String incarnation) {
        return new Identity("cluster-1", "default", NodeId.of(id), incarnation + "-" + id);
    }

    static PeerHttpSettings settings(Optional<String> secret) {
        return new PeerHttpSettings(
                "/raft",
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                MAX_PENDING,
                MAX_PENDING_BYTES,
                MAX_COMMAND,
                MAX_BODY,
                secret.map(PeerSecret::of),
                Believed.THIS_MACHINE);
    }

    static PeerHttpSettings settings(Duration electionTimeout) {
        return new PeerHttpSettings(
                "/raft",
                electionTimeout,
                Duration.ofMillis(300),
                MAX_PENDING,
                MAX_PENDING_BYTES,
                MAX_COMMAND,
                MAX_BODY,
                Optional.empty(),
                Believed.THIS_MACHINE);
    }

    private WebServer serve(boolean async) {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        factory.setAddress(InetAddress.getLoopbackAddress());
        factory.setContextPath("/app");
        // Calls that a test holds do not hold up its end.
        factory.addContextCustomizers(context -> ((StandardContext) context).setUnloadDelay(0));
        factory.addConnectorCustomizers(connector -> connector.setProperty("maxThreads", "" + MAX_THREADS));
        WebServer made = factory.getWebServer(context -> {
            ServletRegistration.Dynamic registration = context.addServlet("raft", new Door());
            registration.addMapping("/raft/rpc/*");
            registration.setAsyncSupported(async);
        });
        made.start();
        return made;
    }

    /** Leads to whichever process is there. */
    private final class Door extends HttpServlet {
        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            paths.add(request.getPathInfo());
            process.service((ServletRequest) request, response);
        }
    }

    void start() {
        transport.start(identity, receiver);
    }

    NodeId id() {
        return identity.nodeId();
    }

    /** Where it is reached; the application has a context path, which belongs to the URL. */
    Member member() {
        return new Member(id(), URI.create("http://127.0.0.1:" + port() + "/app"));
    }

    int port() {
        return server.getPort();
    }

    TestNode knows(Member... members) {
        transport.connect(KnownMembers.bootstrap(Configuration.ofVoters(List.of(members))));
        return this;
    }

    /** This server knows that a change which is committed at index 5 has removed that one. */
    void hasRemoved(NodeId id) {
        TreeSet<NodeId> removed = new TreeSet<>(List.of(id));
        Configuration without =
                new Configuration(new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), removed);
        transport.connect(new KnownMembers(without, 5, without, 5));
    }

    @Override
    public void close() {
        transport.stop();
        server.stop();
        server.destroy();
    }
}
