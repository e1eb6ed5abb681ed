package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Member;
import io.raftboot.spring.ServerUrls;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.StringUtils;

/**
 * Warns when the port in this server's own URL is not the one the web server listens on. No more than that: behind a proxy or in a
 * container it is meant to be so.
 */
final class PortCheck implements ApplicationListener<ServletWebServerInitializedEvent> {

    private static final Logger log = LoggerFactory.getLogger(PortCheck.class);

    private final Optional<Member> self;

    /** @param self this server as the others know it; empty if it waits to be added */
    PortCheck(Optional<Member> self) {
        this.self = self;
    }

    @Override
    public void onApplicationEvent(ServletWebServerInitializedEvent event) {
        boolean management = StringUtils.hasText(event.getApplicationContext().getServerNamespace());
        if (!management) {
            self.ifPresent(member -> check(member, event.getWebServer().getPort()));
        }
    }

    private static void check(Member self, int port) {
        // Port 0 is no operator's: a cluster of one, whose URL nobody calls, on any port.
        boolean written = self.url().getPort() != 0;
        if (written && port != ServerUrls.port(self.url())) {
            log.warn(
                    "The other servers reach this one at {} ({}), and it listens on port {}: unless something between"
                            + " them forwards, correct the property or server.port",
                    self.url(),
                    PeerUrls.property(self.id().value()),
                    port);
        }
    }
}
