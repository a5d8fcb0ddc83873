package dev.pullcord.testkit;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Addresses of loopback of a test's own, where each port is free. */
final class Loopback {
  private Loopback() {}

  static String random() {
    Random random = new Random();
    return IntStream.generate(() -> 2 + random.nextInt(250))
        .limit(3)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(".", "127.", ""));
  }
}
