/** Tests of {@code cli.command}. */
@NullMarked
package dev.pullcord.cli.command;

import org.jspecify.annotations.NullMarked;
