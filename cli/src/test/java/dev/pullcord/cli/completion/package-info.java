/** Tests of {@code cli.completion}. */
@NullMarked
package dev.pullcord.cli.completion;

import org.jspecify.annotations.NullMarked;
