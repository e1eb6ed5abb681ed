package io.raftboot.sample;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;
import static org.springframework.web.servlet.function.RequestPredicates.methods;
import static org.springframework.web.servlet.function.RequestPredicates.path;
import static org.springframework.web.servlet.function.RouterFunctions.route;

import java.time.Duration;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** The calls, and what they need around them. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    private static final String KEY = "/kv/{*path}";
    private static final String INCREMENT = "/kv/{key}/increment";

    /** How much longer than {@code raft.request-timeout} a caller waits at most: a read by read index waits twice, for the index and for it to be applied. */
    private static final Duration MARGIN = ReplicatedStore.LOCAL_READ_LIMIT.multipliedBy(2);

    /** A value that is larger than a command may be is refused before it is read. */
    @Bean
    ValueReader valueReader(@Value("${raft.max-command-size:1MB}") DataSize maxCommandSize) {
        return new ValueReader(maxCommandSize);
    }

    @Bean
    RouterFunction<ServerResponse> calls(
            ReplicatedStore store,
            ValueReader values,
            EventStreams streams,
            @Value("${raft.request-timeout:5s}") Duration requestTimeout) {
        Problems problems = new Problems(store);
        KeyValueHandler keys = new KeyValueHandler(store, values, problems, requestTimeout.plus(MARGIN));
        EventsHandler events = new EventsHandler(store, streams);
        return route().PUT(KEY, keys::put)
                .route(reads("/kv"), keys::list)
                .route(reads(KEY), keys::get)
                .DELETE(KEY, keys::delete)
                .POST(INCREMENT, keys::increment)
                .GET("/events", events::listen)
                .HEAD("/events", events::headers)
                .route(path("/kv").or(path("/events")), request -> problems.otherMethod(request, GET, HEAD))
                .route(path(INCREMENT), request -> problems.otherMethod(request, POST))
                .route(path(KEY), request -> problems.otherMethod(request, GET, HEAD, PUT, DELETE))
                .onError(RuntimeException.class, problems::of)
                .build();
    }

    private static RequestPredicate reads(String pattern) {
        return methods(GET, HEAD).and(path(pattern));
    }

    @Bean
    FilterRegistrationBean<RaftHeaders> raftHeaders(ReplicatedStore store) {
        FilterRegistrationBean<RaftHeaders> registration = new FilterRegistrationBean<>(new RaftHeaders(store));
        registration.addUrlPatterns("/kv", "/kv/*", "/events");
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    EventStreams eventStreams(ReplicatedStore store) {
        return new EventStreams(store);
    }

    /** An encoded slash in a key is answered by the handler like every other wrong key, and not by Tomcat's error page. */
    @Bean
    TomcatConnectorCustomizer encodedSlashes() {
        return connector -> {
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        };
    }
}
