/** Tests of {@code cli.command.login}. */
@NullMarked
package dev.pullcord.cli.command.login;

import org.jspecify.annotations.NullMarked;
