/** Tests of {@code cli.mixin}. */
@NullMarked
package dev.pullcord.cli.mixin;

import org.jspecify.annotations.NullMarked;
