package dev.concertina.acceptance.halt;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Puts {@link Halt} around each write of the journal. The shipped code knows nothing of it. */
public final class HaltAgent {
    private static final String STORAGE = "dev/concertina/fleet/runtime/FileStorage";
    private static final ClassDesc HALT = ClassDesc.of("dev.concertina.acceptance.halt.Halt");

    private HaltAgent() {}

    public static void premain(String file, Instrumentation instrumentation) {
        Halt.at(Path.of(file));
        instrumentation.addTransformer(new Around());
    }

    /** The agent as a jar, made of its own classes. */
    public static Path jar(Path file) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", HaltAgent.class.getName());
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (Class<?> type :
                    List.of(
                            HaltAgent.class,
                            Around.class,
                            Around.Writes.class,
                            Halt.class,
                            Halt.Mode.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream in = type.getResourceAsStream("/" + name)) {
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
        return file;
    }

    private static final class Around implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (!STORAGE.equals(name) || loader == null) {
                return null;
            }
            var resolver = ClassHierarchyResolver.ofResourceParsing(loader);
            ClassFile file = ClassFile.of(ClassHierarchyResolverOption.of(resolver));
            return file.transformClass(
                    file.parse(bytes),
                    ClassTransform.transformingMethodBodies(
                            method -> method.methodName().equalsString("write"), new Writes()));
        }

        /** Of {@code write(Path, String, StandardOpenOption)}. */
        private static final class Writes implements CodeTransform {
            @Override
            public void atStart(CodeBuilder code) {
                var text = ConstantDescs.CD_String;
                code.aload(1).invokestatic(HALT, "before", MethodTypeDesc.of(text, text)).astore(1);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (element instanceof ReturnInstruction) {
                    code.invokestatic(HALT, "after", MethodTypeDesc.of(ConstantDescs.CD_void));
                }
                code.with(element);
            }
        }
    }
}
