package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Without a secret, and with certificates: who has shown one is believed, wherever it is, and nobody else (threat S1). */
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

    private final TestNode node = TestNode.of("n2", SETTINGS);
    private final PeerRpcServlet servlet =
            new PeerRpcServlet(node.transport, node.operations, () -> false, call -> new AdminAnswer(200, "{}"));

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aCallFromAnotherMachineWithACertificateIsTaken() throws Exception {
        MockHttpServletRequest call = voteFromElsewhere();
        call.setAttribute("jakarta.servlet.request.X509Certificate", new Object[0]);

        assertThat(statusOf(call)).isEqualTo(200);
        assertThat(node.receiver.nextMessage()).isInstanceOf(Message.RequestVote.class);
    }

    @Test
    void oneWithoutIs401() throws Exception {
        assertThat(statusOf(voteFromElsewhere())).isEqualTo(401);
        assertThat(WireCall.unsigned(node).send().statusCode())
                .as("from this machine")
                .isEqualTo(401);
        assertThat(node.receiver.messages).isEmpty();
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
