package dev.concertina.testkit;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A guard of the shipped code that is taken out, in its compiled form. What each class is changed
 * into is what a hasty hand could have written.
 */
enum Mutant {
    /** SIGTERM does not wait until the last request has ended. */
    DRAINS_AT_ONCE("runtime.Effects", calling("drain", "drainedAtOnce")),
    /** Drains before the gateway has stopped sending requests there. */
    DRAINS_WHILE_ROUTED(
            "control.Routing", returning("firstWithout", code -> code.lconst_0().lreturn())),
    /** An old instance may go before a new one is ready. */
    LEAVES_TOO_FEW(
            "control.rollout.Rolling", returning("spare", code -> code.iconst_1().ireturn())),
    /** Instances that are not ready get no request, however many they are. */
    NO_FLOOR("control.Floor", returning("of", code -> code.iconst_0().ireturn())),
    /** One instance more than the surge allows. */
    ONE_TOO_MANY("control.Controller", calling("surge", "surgeAndOne")),
    /** Decisions are written down after they were carried out. */
    WRITES_AFTER(
            "runtime.FleetLoop", calling("append", "appendLater").andThen(before("wake", "write"))),
    /** A process is known by its pid alone. */
    ADOPTS_BY_PID("runtime.Effects", calling("adopt", "adoptByPid")),
    /** What was started and not written down is not looked for. */
    LEAVES_STRAYS("runtime.Effects", calling("find", "findNone")),
    /** The next fleet process believes that what was asked for is still being done. */
    RESUMES_AS_IT_WAS(
            "control.supervise.Supervisor", returning("resume", code -> code.aload(1).areturn())),
    /** A blue-green release is given requests as soon as it is ready. */
    NO_INSTANT_OF_SWITCHING(
            "control.rollout.Traffic", returning("includes", code -> code.iconst_1().ireturn())),
    /** A release on its way may cost instances of the one that serves. */
    SPENDS_THE_OLD_ONES("control.rollout.Staged", calling("few", "everybody"));

    private static final String ROOM = "dev.concertina.fleet.";
    private static final ClassDesc INSTEAD = ClassDesc.of("dev.concertina.testkit.Instead");

    private final String type;

    // Holds names only, though its type cannot say so.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Change change;

    /** The transformation, and how often it found its place. */
    private interface Change {
        ClassTransform count(AtomicInteger found);

        default Change andThen(Change other) {
            return found -> count(found).andThen(other.count(found));
        }
    }

    Mutant(String type, Change change) {
        this.type = ROOM + type;
        this.change = change;
    }

    boolean changes(String name) {
        return name.equals(type);
    }

    byte[] of(byte[] original, ClassLoader hierarchy) {
        var resolver = ClassHierarchyResolver.ofResourceParsing(hierarchy);
        ClassFile file = ClassFile.of(ClassHierarchyResolverOption.of(resolver));
        var found = new AtomicInteger();
        byte[] changed = file.transformClass(file.parse(original), change.count(found));
        if (found.get() == 0) {
            throw new AssertionError(this + " finds nothing to change in " + type);
        }
        return changed;
    }

    /** A method that does nothing but return. */
    private static Change returning(String method, Consumer<CodeBuilder> result) {
        Predicate<MethodModel> named = m -> m.methodName().equalsString(method);
        return found ->
                ClassTransform.transformingMethods(
                        named,
                        (builder, element) -> {
                            if (element instanceof CodeModel) {
                                found.incrementAndGet();
                                builder.withCode(result);
                            } else {
                                builder.with(element);
                            }
                        });
    }

    /** Calls of the method go to one of {@link Instead}, with whom they were for as first. */
    private static Change calling(String method, String instead) {
        return invocations(
                method,
                (code, call) -> {
                    MethodTypeDesc type = call.typeSymbol();
                    boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
                    code.invokestatic(
                            INSTEAD,
                            instead,
                            isStatic
                                    ? type
                                    : type.insertParameterTypes(0, call.owner().asSymbol()));
                });
    }

    /** Something of {@link Instead} is done before each call of the method. */
    private static Change before(String method, String first) {
        return invocations(
                method,
                (code, call) -> {
                    code.invokestatic(INSTEAD, first, MethodTypeDesc.of(CD_int));
                    code.pop();
                    code.with(call);
                });
    }

    private interface Rewriting {
        void write(CodeBuilder code, InvokeInstruction call);
    }

    private static Change invocations(String method, Rewriting rewriting) {
        return found -> {
            CodeTransform calls =
                    (code, element) -> {
                        if (element instanceof InvokeInstruction call
                                && call.name().equalsString(method)) {
                            found.incrementAndGet();
                            rewriting.write(code, call);
                        } else {
                            code.with(element);
                        }
                    };
            return ClassTransform.transformingMethods(MethodTransform.transformingCode(calls));
        };
    }
}
