package io.raftboot.spring.autoconfigure;

import io.raftboot.RaftNode;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Transport;
import io.raftboot.spring.Administration;
import io.raftboot.spring.LeaderCalls;
import io.raftboot.spring.h2.CommandTypesFile;
import io.raftboot.spring.h2.H2StorageFactory;
import io.raftboot.spring.http.Forwarder;
import io.raftboot.spring.http.HttpTransport;
import io.raftboot.spring.http.IncarnationFile;
import io.raftboot.spring.http.PeerHttpSettings;
import io.raftboot.spring.http.PeerRpcServlet;
import io.raftboot.spring.http.PeerSecret;
import io.raftboot.spring.typed.CommandTypes;
import io.raftboot.spring.typed.TypedStateMachine;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** The disk of the server and its way to the others: a log in H2, and calls over HTTP. */
@AutoConfiguration(after = RaftAutoConfiguration.class)
@ConditionalOnBean(RaftSettings.class)
public final class RaftPeerAutoConfiguration {

    /** Room for a full message beside the largest command, as base64 and with what stands around each entry. */
    private static final int MESSAGE_BYTES = 4 << 20;

    /** With a typed state machine it opens only if that knows what is in the log. Spring closes it, whatever its declared type. */
    @Bean
    @ConditionalOnMissingBean
    RaftStorage.Factory raftStorage(RaftSettings settings, ObjectProvider<StateMachine> stateMachines) {
        CommandTypesFile file = new CommandTypesFile(settings.dataDirectory());
        Optional<CommandTypes> types =
                RaftAutoConfiguration.typed(stateMachines).map(TypedStateMachine::commandTypes);
        EarlyStorage disk = early(settings.config().nodeId(), disk(settings));
        return types.<RaftStorage.Factory>map(known -> new CheckedStorage(disk, file, known))
                .orElse(disk);
    }

    /**
     * What a very first start makes of the settings stays for good, so that waits until the rest of the application has started
     * with them.
     */
    private static EarlyStorage early(NodeId self, H2StorageFactory disk) {
        return disk.isClaimed()
                ? EarlyStorage.opening(disk, opening -> new Thread(opening, "raft-" + self + "-opening").start())
                : EarlyStorage.waiting(disk);
    }

    private static H2StorageFactory disk(RaftSettings settings) {
        return new H2StorageFactory(
                settings.dataDirectory(),
                settings.config().nodeId(),
                settings.clusterName(),
                settings.initialConfiguration(),
                settings.restoreFrom(),
                settings.forceNewCluster());
    }

    @Bean
    @ConditionalOnMissingBean(Transport.class)
    HttpTransport raftTransport(RaftSettings settings, ObjectProvider<SslBundles> sslBundles) {
        Optional<PeerTls> tls = settings.trust().sslBundle().map(name -> PeerTls.of(name, sslBundles.getObject()));
        HttpTransport transport = new HttpTransport(
                httpSettings(settings),
                new IncarnationFile(settings.dataDirectory().resolve("incarnations")),
                tls.map(credentials -> credentials));
        tls.ifPresent(credentials -> credentials.whenReloaded(transport::reconnect));
        return transport;
    }

    private static PeerHttpSettings httpSettings(RaftSettings settings) {
        RaftConfig config = settings.config();
        long maxBodyBytes = 2L * config.maxCommandBytes() + MESSAGE_BYTES;
        return new PeerHttpSettings(
                settings.basePath(),
                config.electionTimeout(),
                config.requestTimeout(),
                config.maxPendingCommands(),
                config.maxPendingBytes(),
                config.maxCommandBytes(),
                (int) Math.min(maxBodyBytes, Integer.MAX_VALUE),
                settings.trust().secret().map(PeerSecret::of),
                settings.trust().believed());
    }

    /** What goes over the starter's own transport; an application with another one brings its own. */
    @Bean
    @ConditionalOnBean(HttpTransport.class)
    @ConditionalOnMissingBean(LeaderCalls.class)
    Forwarder raftLeaderCalls(HttpTransport transport) {
        return new Forwarder(transport);
    }

    @Bean
    @ConditionalOnBean(HttpTransport.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnMissingBean(name = "raftPeerRpcServlet")
    ServletRegistrationBean<PeerRpcServlet> raftPeerRpcServlet(
            RaftSettings settings, HttpTransport transport, RaftNode node, Administration administration) {
        PeerRpcServlet servlet =
                new PeerRpcServlet(transport, node, () -> node.status().role() == RaftRole.LEADER, administration);
        ServletRegistrationBean<PeerRpcServlet> registration =
                new ServletRegistrationBean<>(servlet, settings.basePath() + "/rpc/*");
        registration.setName("raftPeerRpc");
        registration.setAsyncSupported(true);
        return registration;
    }
}
