/**
 * The service manager of the node, and the runner {@code systemd}: each generation is a unit.
 * Everything goes through {@code systemctl}; nothing here starts or signals a process itself.
 */
@NullMarked
package dev.pullcord.agent.worker.systemd;

import org.jspecify.annotations.NullMarked;
