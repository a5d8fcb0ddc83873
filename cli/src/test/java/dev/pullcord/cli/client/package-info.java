/** Tests of {@code cli.client}. */
@NullMarked
package dev.pullcord.cli.client;

import org.jspecify.annotations.NullMarked;
