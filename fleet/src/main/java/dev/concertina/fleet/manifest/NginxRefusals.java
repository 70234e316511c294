package dev.concertina.fleet.manifest;

import java.util.List;
import java.util.Optional;

/** Keys that {@code engine: nginx} cannot honour: refused where they are written. */
final class NginxRefusals {
    private static final String EMBEDDED = "or write 'engine: embedded'.";

    private NginxRefusals() {}

    static void find(Section gateway) {
        var timeouts = gateway.section("timeouts");
        refuse(timeouts, "hold", "nginx answers 503 at once when no instance is ready.");
        var bounds = gateway.section("bounds");
        refuse(bounds, "held", "nginx holds no request back.");
        refuse(bounds, "head-fields", "nginx counts octets, not fields.");
        for (Section limit : gateway.sections("limits")) {
            var rate = limit.text("rate").flatMap(Units::rate);
            if (rate.isPresent() && hourly(rate.get())) {
                limit.wrong(
                        "rate",
                        "is not what 'engine: nginx' can do: it counts in seconds and minutes.",
                        "Write a number that 60 divides, requests per minute, " + EMBEDDED);
            }
        }
        if (!gateway.off("slow-start")) {
            refuse(gateway, "slow-start", "nginx gives a new instance its full share at once.");
        }
        if (!gateway.off("metrics")) {
            refuse(gateway, "metrics", "nginx has no such figures.");
        }
        if (gateway.isMapping("compression")) {
            gateway.section("compression").words("encodings", encoding -> unknown(encoding));
        }
    }

    private static Optional<Section.Objection> unknown(String encoding) {
        return List.of("zstd", "br").contains(encoding)
                ? Optional.of(
                        new Section.Objection(
                                "is not what 'engine: nginx' can do: nginx has no module for it.",
                                "Write [gzip], " + EMBEDDED))
                : Optional.empty();
    }

    private static boolean hourly(Units.Rate rate) {
        return rate.period().toHours() == 1 && rate.requests() % 60 != 0;
    }

    private static void refuse(Section section, String key, String why) {
        if (section.has(key)) {
            section.wrong(
                    key, "is not what 'engine: nginx' can do: " + why, "Remove it, " + EMBEDDED);
        }
    }
}
