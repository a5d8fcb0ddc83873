/** Tests of {@code cli.command.deploy}. */
@NullMarked
package dev.pullcord.cli.command.deploy;

import org.jspecify.annotations.NullMarked;
