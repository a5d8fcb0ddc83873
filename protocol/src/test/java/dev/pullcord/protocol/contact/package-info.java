/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.protocol.contact;

import org.jspecify.annotations.NullMarked;
