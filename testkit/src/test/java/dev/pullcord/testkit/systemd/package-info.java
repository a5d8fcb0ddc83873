/** Holds what lies in {@code systemd/} to systemd's own tools. */
@NullMarked
package dev.pullcord.testkit.systemd;

import org.jspecify.annotations.NullMarked;
