/** The fleet live: looks again when the server says so, and draws, or tells what changed. */
@NullMarked
package dev.pullcord.cli.command.watch;

import org.jspecify.annotations.NullMarked;
