package dev.concertina.plain;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** One page, no Actuator, no starter: what a fleet must be able to run as it is. */
@SpringBootApplication
@RestController
public class PlainApplication {
    public static void main(String[] args) {
        SpringApplication.run(PlainApplication.class, args);
    }

    @GetMapping("/")
    String hello() {
        return "Hello from process " + ProcessHandle.current().pid() + "\n";
    }
}
