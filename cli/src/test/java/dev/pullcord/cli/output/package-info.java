/** Tests of {@code cli.output}. */
@NullMarked
package dev.pullcord.cli.output;

import org.jspecify.annotations.NullMarked;
