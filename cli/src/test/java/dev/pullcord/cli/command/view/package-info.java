/** Tests of {@code cli.command.view}. */
@NullMarked
package dev.pullcord.cli.command.view;

import org.jspecify.annotations.NullMarked;
