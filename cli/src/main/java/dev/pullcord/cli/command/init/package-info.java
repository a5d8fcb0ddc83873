/** Writing the first manifest of a repository, from what is in it. */
@NullMarked
package dev.pullcord.cli.command.init;

import org.jspecify.annotations.NullMarked;
