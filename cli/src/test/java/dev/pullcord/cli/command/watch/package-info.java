/** The live picture: what fits, what is told, and how it ends. */
@NullMarked
package dev.pullcord.cli.command.watch;

import org.jspecify.annotations.NullMarked;
