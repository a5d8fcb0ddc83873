/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.protocol.error;

import org.jspecify.annotations.NullMarked;
