/**
 * How many instances: the decision of Kubernetes' HorizontalPodAutoscaler v2, exactly, for local
 * processes. Pure: time is an argument, floating point is IEEE double in the order upstream writes
 * it.
 *
 * <p>Source: kubernetes pkg/controller/podautoscaler/horizontal.go and replica_calculator.go as of
 * the 1.36/1.37 cycle, defaults of pkg/apis/autoscaling/v2/defaults.go, and KEP-4951 (tolerance per
 * direction). Tolerance is the form of 1.33 and later: {@code 1 - down <= ratio <= 1 + up}, both
 * ends included; up to 1.32 it was {@code |1 - ratio| <= tolerance}, which differs at the ends.
 *
 * <p>One stated departure: where upstream converts a double beyond int32 without a check, which Go
 * leaves to the processor, the count here saturates at the largest int.
 */
@NullMarked
package dev.concertina.fleet.control.scale;

import org.jspecify.annotations.NullMarked;
