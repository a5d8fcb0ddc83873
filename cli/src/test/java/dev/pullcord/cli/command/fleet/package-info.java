/** Tests of {@code cli.command.fleet}. */
@NullMarked
package dev.pullcord.cli.command.fleet;

import org.jspecify.annotations.NullMarked;
