package io.raftboot.benchmarks.compare;

import java.util.List;
import java.util.Map;

/** What charts have in common. */
final class Svg {

    private Svg() {}

    /** A picture on white. */
    static String document(int width, int height, CharSequence content) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" font-family="sans-serif" \
                font-size="13">
                <rect width="%1$d" height="%2$d" fill="white"/>
                %3$s</svg>
                """.formatted(width, height, content);
    }

    /** Words as they may stand between tags. */
    static String escaped(String words) {
        String text = words;
        for (Map.Entry<String, String> special :
                List.of(Map.entry("&", "&amp;"), Map.entry("<", "&lt;"), Map.entry(">", "&gt;"))) {
            text = text.replace(special.getKey(), special.getValue());
        }
        return text;
    }
}
