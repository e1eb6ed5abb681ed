package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.SocketEvent;
import org.junit.jupiter.api.Test;

/** Why the limit of requests without a thread is what it is. The first test says when a new Tomcat does not need that any more. */
class AsyncRequestsTest {

    private final List<SocketEvent> events = new ArrayList<>();

    /** What serves one request after the other, when one has ended and the next is not asynchronous yet. */
    private final Http11Processor processor =
            new Http11Processor(new Http11NioProtocol(), new CoyoteAdapter(new Connector())) {
                @Override
                protected void processSocketEvent(SocketEvent event, boolean dispatch) {
                    events.add(event);
                }
            };

    private void lookWithLimit(Duration limit) {
        processor.action(ActionCode.ASYNC_SETTIMEOUT, limit.toMillis());
        processor.timeoutAsync(System.currentTimeMillis());
    }

    @Test
    void tomcatTakesARequestThatHasJustEndedToBeLateWithAShortLimitAndWithNone() {
        lookWithLimit(Duration.ofSeconds(30));
        lookWithLimit(Duration.ZERO);

        assertThat(events).containsExactly(SocketEvent.TIMEOUT, SocketEvent.TIMEOUT);
    }

    @Test
    void withTheLimitOfTheseRequestsItDoesNot() {
        lookWithLimit(AsyncRequests.LONGER_THAN_SINCE_1970);

        assertThat(events).isEmpty();
    }
}
