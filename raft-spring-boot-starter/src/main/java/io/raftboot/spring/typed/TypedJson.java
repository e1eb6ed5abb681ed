package io.raftboot.spring.typed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.Nulls;
import org.springframework.core.ResolvableType;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON of commands, questions, results and states. The mapper is the starter's own, and every setting that decides what is
 * accepted is written down: what {@code spring.jackson} says, or what a later Jackson takes for a default, must not change what a
 * server makes of its log.
 */
final class TypedJson {

    /** Objects in objects; a writer stops there too. */
    private static final int MAX_DEPTH = 500;

    /**
     * For commands and questions, which anybody may have sent. Nothing is converted, left out or made up: a component that is missing or
     * null is an error, unless it is an {@code Optional}. One for all: it is what it knows of the classes that makes it fast.
     */
    static final JsonMapper MAPPER = strict(factory(StreamReadConstraints.builder())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new SimpleModule("raft").addDeserializer(String.class, new WholeTexts()))
            .build();

    /**
     * For results and states, which the state machine has made: whatever was written comes back as it was, with every null and of any
     * length. A state may be an object with a million names, which are better not looked at twice.
     */
    static final JsonMapper VALUES = strict(factory(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE))
                    .build())
            .disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.SET))
            .build();

    private TypedJson() {}

    private static JsonFactoryBuilder factory(StreamReadConstraints.Builder limits) {
        return JsonFactory.builder()
                .streamReadConstraints(limits.maxNestingDepth(MAX_DEPTH).build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                // Half a surrogate pair, which a handler may cut off, is written as it is instead of being an error.
                .disable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8);
    }

    private static JsonMapper.Builder strict(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .annotationIntrospector(new SealedTypes())
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_INVALID_SUBTYPE,
                        DeserializationFeature.WRAP_EXCEPTIONS)
                .disable(
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.ACCEPT_FLOAT_AS_INT,
                        DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                        DeserializationFeature.UNWRAP_SINGLE_VALUE_ARRAYS,
                        DeserializationFeature.ACCEPT_EMPTY_STRING_AS_NULL_OBJECT,
                        DeserializationFeature.ACCEPT_EMPTY_ARRAY_AS_NULL_OBJECT)
                // What a record computes is no part of it.
                .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .withCoercionConfig(LogicalType.Textual, TypedJson::refuseNumbers)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
                // A component that was added later leaves no trace where it is not used.
                .changeDefaultPropertyInclusion(
                        inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT));
    }

    private static void refuseNumbers(MutableCoercionConfig texts) {
        texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    /**
     * What stands for a type parameter.
     *
     * @throws IllegalArgumentException if nothing does, or it is something that would not come back from JSON
     */
    static JavaType parameter(Class<?> type, Class<?> generic) {
        ResolvableType parameter = ResolvableType.forClass(generic, type).getGeneric(0);
        if (parameter.hasUnresolvableGenerics() || parameter.resolve() == null) {
            throw new IllegalArgumentException(type.getName() + " does not say what the type parameter of "
                    + generic.getSimpleName() + " is: write " + generic.getSimpleName() + "<Long>, for instance");
        }
        JavaType known = VALUES.constructType(parameter.getType());
        requireReadable(VALUES, known, parameter);
        return known;
    }

    /**
     * Finds out now what would otherwise be found when the first value comes back.
     *
     * @throws IllegalArgumentException if values of this type do not come back from JSON
     */
    static void requireReadable(JsonMapper mapper, JavaType type, ResolvableType described) {
        Shape.of(described);
        try {
            mapper.readerFor(type).readValue("null");
        } catch (InvalidDefinitionException impossible) {
            throw new IllegalArgumentException(
                    type.toCanonical() + " cannot be read from JSON: " + impossible.getOriginalMessage(), impossible);
        }
    }
}
