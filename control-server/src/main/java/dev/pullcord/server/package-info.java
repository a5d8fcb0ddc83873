/** The control server's program: its commands, its configuration, and how its rooms are joined. */
@NullMarked
package dev.pullcord.server;

import org.jspecify.annotations.NullMarked;
