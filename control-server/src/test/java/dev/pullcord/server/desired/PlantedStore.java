package dev.pullcord.server.desired;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store in which something else is read or written than the rooms believe. */
record PlantedStore(Store store, UnaryOperator<Tables> around) implements Store {
  @Override
  public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
    return store.submit(tables -> task.run(around.apply(tables)));
  }

  @Override
  public <T extends @Nullable Object> T read(Task<T> task) {
    return store.read(tables -> task.run(around.apply(tables)));
  }

  @Override
  public boolean keepsRepository() {
    return store.keepsRepository();
  }

  @Override
  public void close() {
    store.close();
  }

  /** The same one, but for the answer of one method. */
  static <T> T with(
      Class<T> type, T real, String method, Function<Object[], @Nullable Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, called, arguments) -> {
              if (called.getName().equals(method)) {
                return answer.apply(arguments == null ? new Object[0] : arguments);
              }
              try {
                return called.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** Whether the code of that class is what asks. */
  static boolean isAsking(String className) {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(className)));
  }
}
