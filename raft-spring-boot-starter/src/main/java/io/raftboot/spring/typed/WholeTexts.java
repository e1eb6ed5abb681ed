package io.raftboot.spring.typed;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Texts in commands, without half a surrogate pair in them: JSON can have such texts, but cannot read them where they are names, and in a
 * state many texts become names of a map. What a caller sends must not make a snapshot that nobody can read.
 */
final class WholeTexts extends StdScalarDeserializer<String> {

    WholeTexts() {
        super(String.class);
    }

    @Override
    public String deserialize(JsonParser json, DeserializationContext context) {
        String text = StringDeserializer.instance.deserialize(json, context);
        if (text != null && text.codePoints().anyMatch(WholeTexts::isHalf)) {
            return context.reportInputMismatch(this, "there is half of a surrogate pair in a text");
        }
        return text;
    }

    /** Two halves that belong together are one code point, and none of these. */
    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
