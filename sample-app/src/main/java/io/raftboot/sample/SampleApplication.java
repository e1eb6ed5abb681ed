package io.raftboot.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A configuration store on several servers that agree. */
@SpringBootApplication
public class SampleApplication {

    /** Starts one server; its settings are the properties {@code raft.*}. */
    public static void main(String[] arguments) {
        SpringApplication.run(SampleApplication.class, arguments);
    }
}
