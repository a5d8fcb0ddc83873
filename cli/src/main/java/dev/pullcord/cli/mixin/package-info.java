/** Options and parameters that stand in several verbs, with what they mean. */
@NullMarked
package dev.pullcord.cli.mixin;

import org.jspecify.annotations.NullMarked;
