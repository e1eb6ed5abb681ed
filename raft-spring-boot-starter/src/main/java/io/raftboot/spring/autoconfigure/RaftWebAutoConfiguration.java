package io.raftboot.spring.autoconfigure;

import io.raftboot.RaftNode;
import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spring.Administration;
import io.raftboot.spring.LeaderCalls;
import io.raftboot.spring.RaftTemplate;
import io.raftboot.spring.admin.AdminServer;
import io.raftboot.spring.admin.AdminServlet;
import io.raftboot.spring.admin.MembersDesk;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** The endpoints of a server in the application's own web server, beside its controllers and not among them. */
@AutoConfiguration(after = RaftAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean({RaftSettings.class, RaftTemplate.class})
public final class RaftWebAutoConfiguration {

    /** To look ahead, to ask the server that is to be added, to let it catch up, and to commit the change. */
    private static final int STEPS_OF_A_CHANGE = 6;

    @Bean
    @ConditionalOnMissingBean
    AdminServer raftAdminServer(RaftNode node, RaftTemplate template) {
        return new NodeAdministration(node, template);
    }

    @Bean
    @ConditionalOnMissingBean
    Administration raftAdministration(RaftSettings settings, AdminServer server, LeaderCalls calls) {
        return new MembersDesk(
                server,
                calls,
                settings.contextPath(),
                settings.trust().mayLeaveMachine(),
                settings.trust().sslBundle().isPresent(),
                settings.config().requestTimeout());
    }

    @Bean
    @ConditionalOnMissingBean(name = "raftAdminServlet")
    ServletRegistrationBean<AdminServlet> raftAdminServlet(
            RaftSettings settings, AdminServer server, Administration administration, LeaderCalls calls) {
        Duration patience = settings.config().requestTimeout().multipliedBy(STEPS_OF_A_CHANGE);
        AdminServlet servlet = new AdminServlet(server, administration, calls, patience, settings.adminToken());
        ServletRegistrationBean<AdminServlet> registration =
                new ServletRegistrationBean<>(servlet, settings.basePath() + "/admin/*");
        registration.setName("raftAdmin");
        return registration;
    }

    @Bean
    @ConditionalOnMissingBean
    PortCheck raftPortCheck(RaftSettings settings) {
        NodeId self = settings.config().nodeId();
        return new PortCheck(
                Optional.ofNullable(settings.initialConfiguration().members().get(self)));
    }

    /** The node behind the template: operators see what the application sees, and act on this server alone. */
    private record NodeAdministration(RaftNode node, RaftTemplate template) implements AdminServer {

        @Override
        public RaftStatus status() {
            return template.status();
        }

        @Override
        public CompletableFuture<Snapshot> takeSnapshot() {
            return node.takeSnapshot();
        }

        @Override
        public CompletableFuture<io.raftboot.model.Configuration> changeMembers(
                MembershipChange change, boolean force, Duration patience) {
            return node.changeMembers(change, force, patience);
        }

        @Override
        public CompletableFuture<ChangeOutlook> foresee(MembershipChange change) {
            return node.foresee(change);
        }

        @Override
        public CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target) {
            return node.transferLeadership(target);
        }

        @Override
        public SnapshotStore snapshots() {
            return node.snapshots();
        }
    }

    /** Threads for peers, where threads can run out. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({AbstractProtocol.class, ConfigurableTomcatWebServerFactory.class})
    @ConditionalOnThreading(Threading.PLATFORM)
    static class PeerThreadsConfiguration {

        @Bean
        @ConditionalOnMissingBean
        PeerThreads raftPeerThreads(RaftSettings settings) {
            return new PeerThreads(settings.basePath(), PeerThreads.PATIENCE);
        }

        /** Comes last, so that it sees the number of threads the application asked for. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        @ConditionalOnMissingBean(name = "raftPeerThreadsCustomizer")
        WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> raftPeerThreadsCustomizer(PeerThreads threads) {
            return factory -> factory.addConnectorCustomizers(threads::customize);
        }

        @Bean
        @ConditionalOnMissingBean(name = "raftPeerThreadsFilter")
        FilterRegistrationBean<PeerThreads> raftPeerThreadsFilter(PeerThreads threads) {
            FilterRegistrationBean<PeerThreads> registration = new FilterRegistrationBean<>(threads);
            registration.setName("raftPeerThreads");
            registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return registration;
        }
    }
}
