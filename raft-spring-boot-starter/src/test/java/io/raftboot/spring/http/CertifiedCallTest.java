package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.Certificate;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Without a secret, and with certificates: who has shown one of the cluster is believed, wherever it is, and nobody else (threat S1). */
class CertifiedCallTest {

    private static final PeerHttpSettings SETTINGS = new PeerHttpSettings(
            "/raft",
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            TestNode.MAX_PENDING,
            TestNode.MAX_PENDING_BYTES,
            TestNode.MAX_COMMAND,
            TestNode.MAX_BODY,
            Optional.empty(),
            Believed.CERTIFIED);

    @TempDir
    static Path directory;

    private static Certificate n1;
    private static Certificate stranger;

    private final TestNode node = TestNode.certifying("n2", SETTINGS, new TlsCredentials() {
        @Override
        public void applyTo(OkHttpClient.Builder client) {
            throw new UnsupportedOperationException("nobody is called");
        }

        @Override
        public boolean trusts(List<X509Certificate> chain) {
            return chain.get(0).equals(n1.shown());
        }
    });
    private final PeerRpcServlet servlet =
            new PeerRpcServlet(node.transport, node.operations, () -> false, call -> new AdminAnswer(200, "{}"));

    @BeforeAll
    static void makeCertificates() throws Exception {
        n1 = Certificate.make(directory, "n1");
        stranger = Certificate.make(directory, "stranger");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aCallFromAnotherMachineWithACertificateIsTaken() throws Exception {
        assertThat(statusOf(showing(n1.shown()))).isEqualTo(200);
        assertThat(node.receiver.nextMessage()).isInstanceOf(Message.RequestVote.class);
    }

    @Test
    void oneWithoutOrWithAnotherIs401() throws Exception {
        assertThat(statusOf(showing())).isEqualTo(401);
        assertThat(statusOf(showing(stranger.shown(), n1.shown()))).isEqualTo(401);
        assertThat(statusOf(voteFromElsewhere())).isEqualTo(401);
        assertThat(WireCall.unsigned(node).send().statusCode())
                .as("from this machine")
                .isEqualTo(401);
        assertThat(node.receiver.messages).isEmpty();
    }

    private static MockHttpServletRequest showing(X509Certificate... chain) {
        MockHttpServletRequest call = voteFromElsewhere();
        call.setAttribute("jakarta.servlet.request.X509Certificate", chain);
        return call;
    }

    private static MockHttpServletRequest voteFromElsewhere() {
        MockHttpServletRequest call = new MockHttpServletRequest("POST", "/raft/rpc/request-vote");
        call.setPathInfo("/request-vote");
        call.setLocalAddr("10.0.0.2");
        call.setContentType("application/json");
        call.setContent(WireCall.VOTE.getBytes(UTF_8));
        WireCall.valid().write(call::addHeader);
        return call;
    }

    private int statusOf(MockHttpServletRequest call) throws Exception {
        MockHttpServletResponse answer = new MockHttpServletResponse();
        servlet.service(call, answer);
        return answer.getStatus();
    }
}
