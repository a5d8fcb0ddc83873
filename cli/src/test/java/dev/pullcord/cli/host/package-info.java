/** Tests of {@code cli.host}. */
@NullMarked
package dev.pullcord.cli.host;

import org.jspecify.annotations.NullMarked;
