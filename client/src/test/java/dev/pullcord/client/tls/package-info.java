/** Tests of {@code client}. */
@NullMarked
package dev.pullcord.client.tls;

import org.jspecify.annotations.NullMarked;
