/** Tests of {@code cli.config}. */
@NullMarked
package dev.pullcord.cli.config;

import org.jspecify.annotations.NullMarked;
