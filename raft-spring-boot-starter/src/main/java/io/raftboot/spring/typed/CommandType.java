package io.raftboot.spring.typed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name and version under which a record is in the log. Without it the name is the record's simple name and the version 1, so a
 * record that is to be renamed gets this annotation with its old name. Also for a {@link RaftQuery}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface CommandType {

    /** The name; empty for the simple name of the record. */
    String name() default "";

    /** The version, from 1 on. Each version of a type is a record of its own. */
    int version() default 1;
}
