package io.raftboot.spring.autoconfigure;

import java.util.List;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;

/**
 * Properties that are announced and do nothing yet. An operator who sets one relies on it, so it is refused and not ignored; all
 * sources count, environment variables too, which Spring Boot's own check for unknown properties leaves out.
 */
final class UnsupportedProperties {

    private static final List<String> NAMES = List.of("raft.security.ssl-bundle");

    private UnsupportedProperties() {}

    /** Looks for them. @throws RefusedStart naming the first one found */
    static void refuse(Environment environment) {
        for (String name : NAMES) {
            ConfigurationPropertyName property = ConfigurationPropertyName.of(name);
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
                if (isSet(source, property)) {
                    throw new RefusedStart(
                            "The property '" + name + "' is set, and this version does not support it yet.",
                            "Remove it.");
                }
            }
        }
    }

    private static boolean isSet(ConfigurationPropertySource source, ConfigurationPropertyName name) {
        var property = source.getConfigurationProperty(name);
        boolean switchedOff = property != null && "false".equalsIgnoreCase(String.valueOf(property.getValue()));
        return (property != null && !switchedOff)
                || source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT;
    }
}
