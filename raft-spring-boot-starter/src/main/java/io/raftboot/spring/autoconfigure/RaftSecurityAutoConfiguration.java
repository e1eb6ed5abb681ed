package io.raftboot.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;

/**
 * Lets calls of peers and operators past Spring Security to the starter's servlets, which check signature and token by themselves.
 * Comes after Spring Boot's own chains have been decided on: before them, this chain would count as the application's, and the
 * application's paths would be open (spring-boot-4.md §8).
 */
@AutoConfiguration(
        after = RaftAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({SecurityFilterChain.class, HttpSecurity.class})
@ConditionalOnBean({RaftSettings.class, HttpSecurity.class})
public final class RaftSecurityAutoConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 100)
    @ConditionalOnMissingBean(name = "raftSecurityFilterChain")
    SecurityFilterChain raftSecurityFilterChain(HttpSecurity http, RaftSettings settings) {
        // Not securityMatcher(String...): it puts spring.mvc.servlet.path in front, and these are no controllers.
        return http.securityMatcher(new OrRequestMatcher(
                        PathPatternRequestMatcher.pathPattern(settings.basePath() + "/rpc/**"),
                        PathPatternRequestMatcher.pathPattern(settings.basePath() + "/admin/**")))
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }
}
