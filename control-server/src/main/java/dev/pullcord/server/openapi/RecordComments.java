package dev.pullcord.server.openapi;

import com.github.therapi.runtimejavadoc.ClassJavadoc;
import com.github.therapi.runtimejavadoc.Comment;
import com.github.therapi.runtimejavadoc.CommentFormatter;
import com.github.therapi.runtimejavadoc.FieldJavadoc;
import com.github.therapi.runtimejavadoc.ParamJavadoc;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import java.util.Map;
import java.util.stream.Collectors;

/** The comments of the records on the wire, which the build keeps beside the classes. */
final class RecordComments {
  private final CommentFormatter formatter = new CommentFormatter();

  /** What a record or an enum is; empty when nothing says so. */
  String of(Class<?> type) {
    return text(RuntimeJavadoc.getJavadoc(type).getComment());
  }

  /** What the parts of a record are, by the name of the part. */
  Map<String, String> parts(Class<?> type) {
    ClassJavadoc comments = RuntimeJavadoc.getJavadoc(type);
    return comments.getRecordComponents().stream()
        .collect(Collectors.toMap(ParamJavadoc::getName, p -> text(p.getComment())));
  }

  /** What the constants of an enum mean, by the name of the constant. */
  Map<String, String> constants(Class<?> type) {
    ClassJavadoc comments = RuntimeJavadoc.getJavadoc(type);
    return comments.getEnumConstants().stream()
        .collect(Collectors.toMap(FieldJavadoc::getName, f -> text(f.getComment())));
  }

  private String text(Comment comment) {
    return formatter.format(comment).replaceAll("<[^>]*>", "").replaceAll("\\s+", " ").strip();
  }
}
