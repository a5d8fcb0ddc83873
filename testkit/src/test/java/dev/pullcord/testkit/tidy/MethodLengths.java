package dev.pullcord.testkit.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Measures methods with the compiler's own parser, so that braces in strings do not count. */
final class MethodLengths {
  private static final int METHOD_LINES = 60;

  /** A table of cases is one method. */
  private static final int TEST_METHOD_LINES = 120;

  private static final int CONSTRUCTOR_PARAMETERS = 7;

  private MethodLengths() {}

  /** Methods that are too long and constructors that take too much, as {@code path:line: what}. */
  static List<String> broken(List<RepositoryFile> files) {
    List<Source> sources = files.stream().filter(RepositoryFile::isJava).map(Source::new).toList();
    if (sources.isEmpty()) {
      return List.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, _ -> {}, List.of("-proc:none"), null, sources);
    List<String> broken = new ArrayList<>();
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(unit, positions, broken).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return broken;
  }

  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> broken;

    Scanner(CompilationUnitTree unit, SourcePositions positions, List<String> broken) {
      this.unit = unit;
      this.positions = positions;
      this.broken = broken;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      long start = positions.getStartPosition(unit, method);
      long end = positions.getEndPosition(unit, method);
      if (start >= 0 && end > start) {
        long first = unit.getLineMap().getLineNumber(start);
        long lines = unit.getLineMap().getLineNumber(end) - first + 1;
        String where = unit.getSourceFile().getName().substring(1) + ":" + first + ": ";
        int limit = where.contains("/src/test/") ? TEST_METHOD_LINES : METHOD_LINES;
        if (lines > limit) {
          broken.add(where + method.getName() + " has " + lines + " lines, at most " + limit);
        }
        boolean constructor = method.getName().contentEquals("<init>") && !isOfRecord();
        if (constructor && method.getParameters().size() > CONSTRUCTOR_PARAMETERS) {
          broken.add(where + "a constructor takes at most " + CONSTRUCTOR_PARAMETERS + " things");
        }
      }
      return super.visitMethod(method, null);
    }

    /** A record lists its parts, that is its use. */
    private boolean isOfRecord() {
      return getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(RepositoryFile file) {
      super(URI.create("string:///" + file.path()), JavaFileObject.Kind.SOURCE);
      this.text = file.text();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
