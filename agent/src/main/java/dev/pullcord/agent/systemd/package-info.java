/**
 * Workers as units: what is asked of systemd, and the files of a generation that its unit reads.
 * Everything goes through {@code systemctl}; nothing here starts or signals a process itself.
 */
@NullMarked
package dev.pullcord.agent.systemd;

import org.jspecify.annotations.NullMarked;
