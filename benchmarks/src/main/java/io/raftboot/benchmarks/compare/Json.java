package io.raftboot.benchmarks.compare;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of JSON as is needed to do without a library: a field at the top of an object. */
final class Json {

    private Json() {}

    /** @throws IllegalArgumentException if it is not there */
    static String field(String json, String name) {
        Matcher field = Pattern.compile('"' + name + "\":\"?([^,\"}]*)").matcher(json);
        if (!field.find()) {
            throw new IllegalArgumentException("no " + name + " in " + json);
        }
        return field.group(1);
    }

    static double number(String json, String name) {
        return Double.parseDouble(field(json, name));
    }
}
