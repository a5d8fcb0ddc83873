package dev.pullcord.packaging;

import java.io.IOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * Writes classes that were compiled for Java 5 as Java 8 has them. The JVM links no class without
 * stack maps ahead of time: it reads and verifies each of them anew at every start. Picocli's are
 * of that kind: 170 classes at each call of the operator's command.
 */
final class OldClasses implements AutoCloseable {
  /** From this version of a class file on, it may have stack maps. */
  private static final int WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

  private final URLClassLoader jar;
  private final ClassFile files;

  /** Of a jar that needs no other. */
  OldClasses(Path jar) throws IOException {
    URL[] path = {jar.toUri().toURL()};
    this.jar = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
    files =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this.jar)));
  }

  /** The same class with stack maps; as it is where it may have them already. */
  byte[] modern(byte[] content) {
    ClassModel model = files.parse(content);
    if (model.majorVersion() >= WITH_STACK_MAPS) {
      return content;
    }
    ClassTransform codeAnew = ClassTransform.transformingMethodBodies((code, e) -> code.with(e));
    return files.transformClass(
        model,
        codeAnew.andThen((type, element) -> {
          ClassElement kept =
              element instanceof ClassFileVersion
                  ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)
                  : element;
          type.with(kept);
        }));
  }

  @Override
  public void close() throws IOException {
    jar.close();
  }
}
