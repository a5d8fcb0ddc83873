/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.protocol.id;

import org.jspecify.annotations.NullMarked;
