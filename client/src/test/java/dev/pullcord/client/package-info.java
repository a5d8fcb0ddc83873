/** Tests of {@code client}. */
@NullMarked
package dev.pullcord.client;

import org.jspecify.annotations.NullMarked;
