package io.raftboot.sample;

import jakarta.servlet.DispatcherType;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;

/** What the controller needs around it. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    /** A value that is larger than a command may be is refused before it is read. */
    @Bean
    ValueReader valueReader(@Value("${raft.max-command-size:1MB}") DataSize maxCommandSize) {
        return new ValueReader(maxCommandSize);
    }

    @Bean
    FilterRegistrationBean<RaftHeaders> raftHeaders(ReplicatedStore store) {
        FilterRegistrationBean<RaftHeaders> registration = new FilterRegistrationBean<>(new RaftHeaders(store));
        registration.addUrlPatterns("/kv", "/kv/*", "/events");
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    EventStreams eventStreams(ReplicatedStore store) {
        return new EventStreams(store);
    }

    /** An encoded slash in a key is answered by the controller like every other wrong key, and not by Tomcat's error page. */
    @Bean
    TomcatConnectorCustomizer encodedSlashes() {
        return connector -> {
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        };
    }
}
