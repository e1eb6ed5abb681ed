package io.raftboot.spring.autoconfigure;

import io.raftboot.RaftNode;
import io.raftboot.spi.RaftListener;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import io.raftboot.spi.Transport;
import io.raftboot.spring.LeaderCalls;
import io.raftboot.spring.LeaderOnlyPostProcessor;
import io.raftboot.spring.RaftEvents;
import io.raftboot.spring.RaftLeadership;
import io.raftboot.spring.RaftLifecycle;
import io.raftboot.spring.RaftTemplate;
import io.raftboot.spring.typed.TypedCodec;
import io.raftboot.spring.typed.TypedStateMachine;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.env.Environment;
import org.springframework.web.context.WebApplicationContext;

/**
 * The server of this application and what drives it. The application brings a {@link StateMachine}; every bean here steps back for
 * one of the application's own.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "raft.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RaftProperties.class)
public final class RaftAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    RaftSettings raftSettings(RaftProperties properties, ApplicationContext context, Environment environment) {
        boolean hasPeers = !properties.peers().isEmpty() || properties.join();
        if (hasPeers && !(context instanceof WebApplicationContext)) {
            throw new RefusedStart(
                    "There are peers (raft.peers, or raft.join), and they call this server over a servlet web server, which this"
                            + " application does not have.",
                    "Write spring.main.web-application-type=servlet; or raft.enabled=false if this application takes no"
                            + " part in the cluster.");
        }
        return RaftSettings.of(properties, environment);
    }

    /** The server; an application that asks for {@link io.raftboot.RaftOperations} gets the template instead. */
    @Bean
    @Fallback
    @ConditionalOnMissingBean
    RaftNode raftNode(
            RaftSettings settings,
            ObjectProvider<StateMachine> stateMachines,
            RaftStorage.Factory storage,
            Transport transport) {
        return new RaftNode(
                settings.config(),
                settings.initialConfiguration(),
                storage,
                transport,
                only(stateMachines),
                Ticker.system());
    }

    @Bean
    @ConditionalOnMissingBean
    RaftTemplate raftTemplate(
            RaftNode node, LeaderCalls leaderCalls, RaftSettings settings, ObjectProvider<StateMachine> stateMachines) {
        Optional<TypedCodec> codec = typed(stateMachines).map(TypedStateMachine::codec);
        return new RaftTemplate(node, node::status, leaderCalls, settings.config(), codec);
    }

    @Bean
    @ConditionalOnMissingBean
    RaftLifecycle raftLifecycle(RaftNode node, RaftSettings settings) {
        return new RaftLifecycle(node, settings.config().electionTimeout().multipliedBy(2));
    }

    /** Application events; the application's own {@link RaftListener}s are told as well. */
    @Bean
    @ConditionalOnMissingBean
    RaftEvents raftEvents(ApplicationEventPublisher publisher) {
        return new RaftEvents(publisher);
    }

    /** Before the server is started, and after all beans are made: a listener may need the server. */
    @Bean
    @ConditionalOnMissingBean(name = "raftListeners")
    SmartInitializingSingleton raftListeners(RaftNode node, ObjectProvider<RaftListener> listeners) {
        return () -> listeners.orderedStream().forEach(node::addListener);
    }

    @Bean
    @ConditionalOnMissingBean
    RaftLeadership raftLeadership(RaftNode node) {
        return new RaftLeadership(node::leadership);
    }

    /** Static, because it is made before all other beans. */
    @Bean
    @ConditionalOnMissingBean
    static LeaderOnlyPostProcessor leaderOnlyPostProcessor(ObjectProvider<RaftLeadership> leadership) {
        return new LeaderOnlyPostProcessor(leadership::getObject);
    }

    /**
     * The state machine, or the one behind it, if it takes records. A bean may be declared as a mere {@link StateMachine}, so what it is
     * is seen only when it is made.
     */
    static Optional<TypedStateMachine<?>> typed(ObjectProvider<StateMachine> stateMachines) {
        return Stream.concat(Stream.ofNullable(stateMachines.getIfUnique()), stateMachines.stream())
                .filter(TypedStateMachine.class::isInstance)
                .<TypedStateMachine<?>>map(TypedStateMachine.class::cast)
                .findFirst();
    }

    private static StateMachine only(ObjectProvider<StateMachine> stateMachines) {
        StateMachine unique = stateMachines.getIfUnique();
        if (unique != null) {
            return unique;
        }
        List<String> found = stateMachines.stream()
                .map(stateMachine -> stateMachine.getClass().getName())
                .toList();
        throw new RefusedStart(
                found.isEmpty()
                        ? "There is no bean of type io.raftboot.spi.StateMachine, so there is nothing to replicate."
                        : "There are several beans of type io.raftboot.spi.StateMachine, and a server has one: " + found
                                + ".",
                found.isEmpty() ? """
                        Write one, or set raft.enabled=false:

                            @Component
                            class Counters extends io.raftboot.spring.typed.TypedStateMachine<Map<String, Long>> {
                                // Counters() { on(Increment.class, ...); answer(Count.class, ...); }, capture(), restore(state)
                            }""" : "Mark the one to replicate with @Primary, or put one in front of the others.");
    }
}
